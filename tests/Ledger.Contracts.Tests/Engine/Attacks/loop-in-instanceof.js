({}) instanceof { [Symbol.hasInstance]() { for (;;); } };
