// Writes target/sbom.cdx.json: the components of the package, in CycloneDX.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { linkedCrates, standardLibrary } from './crates.js';
import { bundledPackages } from './packages.js';
import { run } from './wasm.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const bom = JSON.parse(run('npm', 'sbom', '--omit=dev', '--sbom-format=cyclonedx'));
// npm uses the name of the folder.
bom.metadata.component.name = JSON.parse(readFileSync('package.json', 'utf8')).name;
bom.components = [...bom.components, ...crates(), ...packages(), std()];
mkdirSync('target', { recursive: true });
writeFileSync('target/sbom.cdx.json', `${JSON.stringify(bom, null, 2)}\n`);

function crates(): object[] {
  const checksums = readChecksums();
  return linkedCrates().map(({ name, version, license }) => ({
    type: 'library',
    'bom-ref': `pkg:cargo/${name}@${version}`,
    name,
    version,
    licenses: [{ expression: license }],
    hashes: [{ alg: 'SHA-256', content: checksums.get(`${name} ${version}`) }],
    purl: `pkg:cargo/${name}@${version}`,
  }));
}

function packages(): object[] {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  return bundledPackages().map(({ name, version, license, folder }) => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    const digest = lock[folder].integrity.replace(/^sha512-/, '');
    return {
      type: 'library',
      'bom-ref': purl,
      name,
      version,
      licenses: [{ expression: license }],
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
      purl,
    };
  });
}

function readChecksums(): Map<string, string> {
  const entries = readFileSync('Cargo.lock', 'utf8').matchAll(
    /name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"/g,
  );
  return new Map([...entries].map(([, name, version, sum = '']) => [`${name} ${version}`, sum]));
}

function std(): object {
  const version = standardLibrary();
  const licenses = [{ expression: 'MIT OR Apache-2.0' }];
  return { type: 'library', 'bom-ref': `std@${version}`, name: 'std', version, licenses };
}
