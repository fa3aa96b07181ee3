// Evaluated once in a new memory, before anything else. Its completion value makes the functions that the host calls; their
// order is that of GuestHandles.cs. Everything used later is taken hold of now: what scripts change does not reach it.
(function () {
  'use strict';

  const {
    apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys,
  } = Reflect;
  const { freeze, hasOwn } = Object;
  const { parse, stringify } = JSON;
  const NativeError = Error;
  const NativeTypeError = TypeError;
  const NativeSet = Set;
  const NativeString = String;
  const resolve = Promise.resolve.bind(Promise);
  const bindThis = Function.prototype.bind.bind(Function.prototype.call);
  const then = bindThis(Promise.prototype.then);
  const split = bindThis(String.prototype.split);
  const slice = bindThis(String.prototype.slice);
  const toWellFormed = bindThis(String.prototype.toWellFormed);
  const setAdd = bindThis(Set.prototype.add);
  const setHas = bindThis(Set.prototype.has);

  const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

  // --- What is taken away: whatever could differ between two machines or two runs. ---

  for (const name of ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'Intl', 'performance', 'gc']) {
    deleteProperty(globalThis, name);
  }

  deleteProperty(Math, 'random');
  for (const prototype of [
    Object.prototype, Array.prototype, Number.prototype, BigInt.prototype, Date.prototype, String.prototype,
    getPrototypeOf(Int8Array.prototype),
  ]) {
    for (const name of ownKeys(prototype)) {
      if (typeof name === 'string' && (slice(name, 0, 8) === 'toLocale' || name === 'localeCompare')) {
        deleteProperty(prototype, name);
      }
    }
  }

  // --- What the binary gets wrong: BigInt.asUintN gives results below zero. They differ by a multiple of 2 ** bits. ---

  const { asUintN } = BigInt;
  const { trunc } = Math;
  const toBigInt = BigInt;
  const corrected = {
    asUintN(bits, bigint) {
      const width = trunc(+bits) || 0;
      const result = asUintN(width, bigint);
      return result < 0n ? result + (1n << toBigInt(width)) : result;
    },
  };
  defineProperty(BigInt, 'asUintN', {
    value: corrected.asUintN, writable: true, enumerable: false, configurable: true,
  });

  // --- Freezing: nothing that contracts and their ctx share can be changed. ---

  // Intrinsics that no property leads to.
  const hidden = () => [
    getPrototypeOf(function* () {}), getPrototypeOf(async function () {}), getPrototypeOf(async function* () {}),
    getPrototypeOf([][Symbol.iterator]()), getPrototypeOf(new Map()[Symbol.iterator]()),
    getPrototypeOf(new Set()[Symbol.iterator]()), getPrototypeOf(''[Symbol.iterator]()),
    getPrototypeOf(''.matchAll(/x/g)), getPrototypeOf(Iterator.from({ next() {} })),
    getPrototypeOf([].values().map((x) => x)), getPrototypeOf(Iterator.prototype),
    getOwnPropertyDescriptor(function () { 'use strict'; return arguments; }(), 'callee').get,
  ];

  // A frozen prototype's properties could not be given to objects by assignment ("this.name = 'MyError'"). For those that
  // programs do assign, a setter defines them on the object instead.
  const assignable = () => {
    const errors = [
      Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, InternalError, AggregateError,
    ];
    return [
      [Object.prototype, ['constructor', 'toString', 'valueOf', 'hasOwnProperty']],
      [Function.prototype, ['constructor', 'toString']],
      ...errors.map((error) => [error.prototype, ['constructor', 'name', 'message', 'toString']]),
    ];
  };

  const makeAssignable = (prototype, name) => {
    const property = getOwnPropertyDescriptor(prototype, name);
    if (property === undefined || !('value' in property)) return;
    const { value } = property;
    defineProperty(prototype, name, {
      get() { return value; },
      set(own) {
        if (!isObject(this)) return;
        const set = defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
        if (!set) throw new NativeTypeError(`'${name}' is read-only`);
      },
      enumerable: false,
      configurable: true,
    });
  };

  const freezeDeeply = (roots) => {
    const seen = new NativeSet();
    const waiting = roots;
    while (waiting.length > 0) {
      const next = waiting.pop();
      if (!isObject(next) || setHas(seen, next)) continue;
      setAdd(seen, next);
      waiting.push(getPrototypeOf(next));
      for (const key of ownKeys(next)) {
        const { value, get, set } = getOwnPropertyDescriptor(next, key);
        waiting.push(value, get, set);
      }

      // Scripts may make globals of their own, which end with the run; what is there they cannot change.
      if (next !== globalThis) freeze(next);
    }

    for (const key of ownKeys(globalThis)) {
      const property = getOwnPropertyDescriptor(globalThis, key);
      const fixed = 'value' in property ? { writable: false, configurable: false } : { configurable: false };
      defineProperty(globalThis, key, fixed);
    }
  };

  // --- Runs. ---

  const pending = 'the promise is still pending: nothing is left that could settle it';
  let exported;
  let makeContext = () => undefined;
  let state; // of the promise that was returned: 'waiting', 'fulfilled' or 'rejected'
  let outcome;

  // Follows the result if it is a promise, or something like one. True when it is not, and the result is there.
  const isThere = (result) => {
    if (!isObject(result) || typeof result.then !== 'function') return true;
    state = 'waiting';
    then(
      resolve(result),
      (value) => { state = 'fulfilled'; outcome = value; },
      (error) => { state = 'rejected'; outcome = error; });
    return false;
  };

  const settled = () => {
    if (state === 'waiting') throw fail('PENDING', pending);
    if (state === 'rejected') throw outcome;
    return outcome;
  };

  const fail = (code, message) => {
    const error = new NativeError(message);
    defineProperty(error, 'code', { value: code, writable: true, enumerable: true, configurable: true });
    return error;
  };

  const toJson = (value) => stringify(value) ?? 'null';

  // Own properties only: a path never leads into a prototype.
  const find = (path) => {
    let owner;
    let value = exported;
    for (const name of split(path, '.')) {
      if (!isObject(value) || !hasOwn(value, name)) return { owner: undefined, value: undefined };
      owner = value;
      value = owner[name];
    }

    return { owner: owner === exported ? undefined : owner, value };
  };

  const readable = (key, value) => (typeof value === 'function' ? 'function' : value);

  const show = (value) => {
    let text;
    try {
      text = NativeString(value);
    } catch {
      text = 'an object without text';
    }

    return toWellFormed(slice(text, 0, 65536));
  };

  // A text property, or undefined; whatever the property's getter does.
  const textOf = (error, name, length) => {
    try {
      const text = error[name];
      return typeof text === 'string' ? toWellFormed(slice(text, 0, length)) : undefined;
    } catch {
      return undefined;
    }
  };

  const describeObject = (error) => [
    textOf(error, 'name', 128) ?? 'Error', textOf(error, 'code', 128) ?? null, textOf(error, 'message', 1024) ?? '',
    textOf(error, 'stack', 4096) ?? null,
  ];

  const describeValue = (value) => [value === null ? 'null' : typeof value, null, slice(show(value), 0, 1024), null];

  return (host) => [
    // install(bootstrap): what the bootstrap gives becomes each run's ctx.
    (bootstrap) => { makeContext = bootstrap(host); },

    // harden(): after this nothing of the language can be changed.
    () => {
      for (const [prototype, names] of assignable()) {
        for (const name of names) makeAssignable(prototype, name);
      }

      freezeDeeply([globalThis, host, ...hidden()]);
    },

    // bind(namespace): what evaluating a module gave, which is a promise when the module awaits something.
    (namespace) => {
      state = undefined;
      outcome = namespace;
      if (typeof namespace.then === 'function' && getPrototypeOf(namespace) !== null) isThere(namespace);
    },

    // bound(): the names of the module's exports, once its promise is settled.
    () => {
      exported = settled();
      state = undefined;
      outcome = undefined;
      return stringify(ownKeys(exported).filter((name) => typeof name === 'string'));
    },

    // run(path, data, argument): the result as JSON, or undefined when there is a promise to wait for.
    (path, data, argument) => {
      const { owner, value } = find(path);
      if (typeof value !== 'function') throw fail('NO_FUNCTION', `there is no function '${path}'`);
      const result = apply(value, owner, [makeContext(data), parse(argument)]);
      return isThere(result) ? toJson(result) : undefined;
    },

    // finish(): the settled promise's value as JSON.
    () => toJson(settled()),

    // read(path): an exported value as JSON.
    (path) => stringify(find(path).value, readable) ?? 'null',

    // watch(value): a script's completion value as text, or undefined when it is a promise to wait for.
    (value) => (isThere(value) ? show(value) : undefined),

    // shown(): the settled promise's value as text.
    () => show(settled()),

    // describe(error): name, code, message and stack of whatever was thrown.
    (error) => {
      try {
        return stringify(isObject(error) ? describeObject(error) : describeValue(error));
      } catch {
        return '["Error",null,"what was thrown cannot be shown",null]';
      }
    },

    fail,

    // parse(json): how a text of the host that holds U+0000 or half a surrogate pair comes in.
    parse,
  ];
})();
