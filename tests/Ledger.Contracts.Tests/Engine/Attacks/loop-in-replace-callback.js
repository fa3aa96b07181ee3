'aaa'.replace(/a/g, () => { for (;;); });
