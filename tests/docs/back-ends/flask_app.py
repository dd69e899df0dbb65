from secrets import token_hex

from connect import connect
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = token_hex()
app.register_blueprint(connect)


@app.post("/sign-in")
def sign_in():
    session["merchant_id"] = request.args["merchant"]
    return session["merchant_id"]
