import 'authenticate-bigcommerce/connect';
