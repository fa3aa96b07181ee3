[typeof 1, typeof 'x', typeof true, typeof undefined, typeof null, typeof {}, typeof [], typeof function () {}, typeof missing, void 0].join();
