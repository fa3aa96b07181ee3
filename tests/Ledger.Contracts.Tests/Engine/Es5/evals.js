var x = 1; function f() { var x = 2; return eval('x + 1'); } [f(), eval('var z = 5; z * 2'), new Function('a', 'return a + 1')(2)].join();
