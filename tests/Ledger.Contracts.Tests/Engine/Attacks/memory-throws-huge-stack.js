const e = new Error('x'); e.stack = 'y'.repeat(5e7); e.name = 'z'.repeat(5e7); throw e;
