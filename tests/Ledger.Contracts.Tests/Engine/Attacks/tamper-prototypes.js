Object.prototype.x = 1; Array.prototype.push = () => 7; String.prototype.split = null;
JSON.parse = JSON.stringify = Reflect.apply = null; globalThis.Object = null; [({}).x, [].push(1), typeof Object].join();
