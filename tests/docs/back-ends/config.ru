require 'securerandom'
require_relative 'connect'

class App < Sinatra::Base
  enable :sessions
  set :session_secret, SecureRandom.hex(64)
  use Connect

  post '/sign-in' do
    session[:merchant_id] = params['merchant']
  end
end

run App
