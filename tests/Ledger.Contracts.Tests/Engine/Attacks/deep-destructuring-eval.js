eval('var ' + '['.repeat(20000) + 'a' + ']'.repeat(20000) + '=[]');
