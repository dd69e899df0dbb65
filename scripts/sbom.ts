// Writes target/sbom.cdx.json: the components of the package, in CycloneDX.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Metadata {
  packages: { id: string; name: string; version: string; license: string; targets: Target[] }[];
  resolve: { root: string; nodes: { id: string; deps: Dependency[] }[] };
}

interface Target {
  kind: string[];
}

interface Dependency {
  pkg: string;
  /** A null kind is a normal dependency; others are for builds or tests only. */
  dep_kinds: { kind: string | null }[];
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const bom = JSON.parse(run('npm', 'sbom', '--omit=dev', '--sbom-format=cyclonedx'));
// npm uses the name of the folder.
bom.metadata.component.name = JSON.parse(readFileSync('package.json', 'utf8')).name;
bom.components = [...bom.components, ...crates(), standardLibrary()];
mkdirSync('target', { recursive: true });
writeFileSync('target/sbom.cdx.json', `${JSON.stringify(bom, null, 2)}\n`);

/** The crates that are compiled into the module. */
function crates(): object[] {
  const target = ['--filter-platform', 'wasm32-unknown-unknown'];
  const { packages, resolve }: Metadata = JSON.parse(
    run('cargo', 'metadata', '--locked', '--format-version=1', ...target),
  );
  const linked = new Set<string>();
  const visit = (id: string) => {
    const { targets } = packages.find((crate) => crate.id === id) as Metadata['packages'][number];
    // Macros run while the module is built, and are not part of it.
    if (linked.has(id) || targets.some(({ kind }) => kind.includes('proc-macro'))) return;
    linked.add(id);
    const { deps = [] } = resolve.nodes.find((node) => node.id === id) ?? {};
    for (const { pkg, dep_kinds } of deps) {
      if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
    }
  };
  visit(resolve.root);
  const checksums = readChecksums();
  return packages
    .filter(({ id }) => linked.has(id) && id !== resolve.root)
    .map(({ name, version, license }) => ({
      type: 'library',
      'bom-ref': `pkg:cargo/${name}@${version}`,
      name,
      version,
      // Cargo also allows a slash, which SPDX does not.
      licenses: [{ expression: license.replace(/ ?\/ ?/g, ' OR ') }],
      hashes: [{ alg: 'SHA-256', content: checksums.get(`${name} ${version}`) }],
      purl: `pkg:cargo/${name}@${version}`,
    }));
}

function readChecksums(): Map<string, string> {
  const entries = readFileSync('Cargo.lock', 'utf8').matchAll(
    /name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"/g,
  );
  return new Map([...entries].map(([, name, version, sum = '']) => [`${name} ${version}`, sum]));
}

/** Rust's standard library, which comes with the compiler. */
function standardLibrary(): object {
  const [, version] = run('rustc', '--version').split(' ');
  const licenses = [{ expression: 'MIT OR Apache-2.0' }];
  return { type: 'library', 'bom-ref': `std@${version}`, name: 'std', version, licenses };
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
}
