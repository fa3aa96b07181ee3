new Array(4e9 >>> 0).join('xxxxxxxxxx');
