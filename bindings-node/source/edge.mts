throw new Error(
  'axiomo is a native module, which this runtime cannot load: it runs in Node, Bun and Deno. ' +
    'Ask the HTTP API instead: https://github.com/axiomo/axiomo/blob/main/examples/http/analyze.mjs',
);

export {};
