import os
from secrets import token_hex

import django
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "users.sqlite3"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY=token_hex(),
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)


@csrf_exempt
def sign_in(request):
    user = get_user_model().objects.create(username=request.GET["merchant"])
    login(request, user)
    return HttpResponse(user.pk)


urlpatterns = [path("sign-in", sign_in), path("internal/", include("connect_urls"))]

if __name__ == "__main__":
    django.setup()
    execute_from_command_line(["", "migrate", "--verbosity=0"])
    execute_from_command_line(["", "runserver", "--noreload", os.environ["PORT"]])
