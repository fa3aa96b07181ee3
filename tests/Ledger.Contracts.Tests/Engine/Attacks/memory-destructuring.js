const endless = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }; const [...all] = endless;
