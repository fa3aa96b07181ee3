class Slow extends Array { static get [Symbol.species]() { for (;;); } } new Slow(3).map((x) => x);
