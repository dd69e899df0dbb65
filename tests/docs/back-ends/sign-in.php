<?php
session_start();
echo $_SESSION['merchant_id'] = $_GET['merchant'];
