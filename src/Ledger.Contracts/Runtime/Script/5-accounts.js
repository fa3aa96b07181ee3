// Members and the accounts that they and contracts have.
const membersOf = (host) => ({
  get: (id) => parse(host(OP.MemberGet, id)),
  role: (id, role) => host(OP.MemberRole, id, role) === "true",
});

const accountsOf = (host) => ({
  balance: (account, currency) => BigInt(host(OP.AccountBalance, account, currency)),
  transfer: (transfer) => {
    host(OP.AccountTransfer, transfer.from, transfer.to, transfer.currency, `${amountOf(transfer.amount)}`);
  },
  issue: (issue) => {
    host(OP.AccountIssue, issue.to, issue.currency, `${amountOf(issue.amount)}`);
  },
  burn: (burn) => {
    host(OP.AccountBurn, burn.currency, `${amountOf(burn.amount)}`);
  },
});
