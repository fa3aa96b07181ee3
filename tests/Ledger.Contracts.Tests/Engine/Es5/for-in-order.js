var o = { b: 1, a: 2, c: 3 }; var keys = []; for (var k in o) keys.push(k + o[k]); keys.join();
