// expects "SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError,SyntaxError"
['', '{', '[1,]', "{'a':1}", '01', '1.', '.5', '+1', 'NaN', '"\n"', '"\\x41"', '[1 2]', 'nul', '{"a":1,}', '\u00a01'].map((t) => { try { return JSON.parse(t); } catch (e) { return e.name; } }).join();
