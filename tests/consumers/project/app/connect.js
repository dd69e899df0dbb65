'use client';

import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { useEffect } from 'react';
import { config } from '../config.js';

export function Connect() {
  useEffect(() => {
    authenticateBigCommerce(config).then(({ id }) => {
      document.title = `Connected ${id}`;
    });
  }, []);
  return null;
}
