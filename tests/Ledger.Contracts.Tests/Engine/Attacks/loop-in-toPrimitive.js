+{ [Symbol.toPrimitive]() { for (;;); } };
