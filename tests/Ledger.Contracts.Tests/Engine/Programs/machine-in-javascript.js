// expects "Hello World!"
const run = (source) => { const tape = new Uint8Array(64); let p = 0, out = ''; const jump = {}; const stack = []; [...source].forEach((c, i) => { if (c === '[') stack.push(i); if (c === ']') { jump[i] = stack.pop(); jump[jump[i]] = i; } });
for (let i = 0; i < source.length; i++) switch (source[i]) { case '>': p++; break; case '<': p--; break; case '+': tape[p]++; break; case '-': tape[p]--; break; case '.': out += String.fromCharCode(tape[p]); break; case '[': if (!tape[p]) i = jump[i]; break; case ']': if (tape[p]) i = jump[i]; break; } return out; };
run('++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.');
