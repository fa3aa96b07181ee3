[].concat({ length: 2 ** 40, [Symbol.isConcatSpreadable]: true });
