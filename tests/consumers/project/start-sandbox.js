import { startSandbox } from 'authenticate-bigcommerce/sandbox';

await startSandbox();
