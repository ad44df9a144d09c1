const domain = '^shared/(roster|access|accounts|audit|reports|oneroster)/';
const builtinsForHashing = '^(node:)?crypto$';
/** One-time codes: it computes, and is given the time. */
const codes = '^node_modules/otpauth/';
const tests = '\\.test\\.ts$';

/** Who may import whom; the table stands in docs/decisions/0001-ground.md. */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: domain, pathNot: tests },
      to: { pathNot: [domain, '^shared/errors\\.ts$', '^node_modules/zod/', builtinsForHashing, codes] },
    },
    {
      name: 'feeds-know-only-the-roster',
      severity: 'error',
      from: { path: '^shared/feeds/', pathNot: tests },
      to: {
        pathNot: [
          '^shared/(feeds|roster)/',
          '^shared/errors\\.ts$',
          '^node_modules/(zod|csv-parse|yauzl)/',
          '^(node:)?(stream|zlib|events|crypto|buffer|util)',
        ],
      },
    },
    {
      name: 'messages-know-only-the-domain',
      severity: 'error',
      from: { path: '^shared/messages/', pathNot: tests },
      to: { pathNot: ['^shared/messages/', domain, '^shared/errors\\.ts$', '^node_modules/zod/'] },
    },
    {
      name: 'store-stays-below-the-runtime',
      severity: 'error',
      from: { path: '^shared/store/' },
      to: { path: '^(shared/runtime|functions|infra|cli)/' },
    },
    {
      name: 'runtime-knows-no-store',
      severity: 'error',
      from: { path: '^shared/runtime/' },
      // What pullers need of the world is said beside them, and the client for it is here; so are the walls that go by keys.
      to: {
        path: '^(shared/(store|feeds)|functions|infra|cli)/',
        pathNot: '^shared/(feeds/pulling|store/tenant-keys)\\.ts$',
      },
    },
    {
      name: 'functions-are-islands',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'functions-know-no-infrastructure',
      severity: 'error',
      from: { path: '^(functions|shared)/', pathNot: tests },
      to: { path: '^(infra|cli)/' },
    },
    {
      name: 'infra-reads-only-declarations',
      severity: 'error',
      from: { path: '^infra/', pathNot: ['^infra/local/', tests] },
      to: {
        path: '^(functions|shared)/',
        pathNot: [
          '^functions/[^/]+/env\\.ts$',
          '^functions/build-report/font-files\\.ts$',
          '^shared/(messages/routes?|store/tenant-keys)\\.ts$',
        ],
      },
    },
    {
      name: 'the-command-line-speaks-http',
      comment:
        'It reads feeds and catalogues with the same code as the service; all else goes over the wire.',
      severity: 'error',
      from: { path: '^cli/', pathNot: tests },
      to: { path: '^(functions|infra|shared)/', pathNot: '^shared/(feeds|roster|access|audit|errors)' },
    },
    {
      name: 'only-the-demonstration-uses-the-command-line',
      severity: 'error',
      from: { path: '^infra/', pathNot: ['^infra/local/demo(-people)?\\.ts$', tests] },
      to: { path: '^cli/' },
    },
    {
      name: 'only-tests-use-tests',
      severity: 'error',
      from: { pathNot: ['^test/', tests] },
      to: { path: '^test/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^(functions|shared)/', pathNot: tests },
      // Types are gone before anything runs.
      to: {
        dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '^node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
