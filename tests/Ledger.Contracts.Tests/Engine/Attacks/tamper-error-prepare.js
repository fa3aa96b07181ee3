Error.prepareStackTrace = () => { for (;;); }; Error.stackTraceLimit = 1e9; new Error('x').stack.length;
