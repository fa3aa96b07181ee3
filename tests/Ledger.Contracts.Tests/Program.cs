using Ledger.Contracts.Tests.Engine;
using Ledger.Contracts.Tests.Engine.Test262;

// What tests and the nightly script run in processes of their own.
return args switch
{
    ["test262", var folder] => Test262Runner.Execute(folder),
    _ => EngineReport.Execute(args),
};
