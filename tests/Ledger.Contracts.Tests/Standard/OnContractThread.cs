using System.Runtime.ExceptionServices;
using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>Runs a test on a thread with the stack that scripts need.</summary>
internal static class OnContractThread
{
    public static void Run(Action test)
    {
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    test();
                }
                catch (Exception e)
                {
                    // Goes on on the thread of the test runner.
                    fault = ExceptionDispatchInfo.Capture(e);
                }
            },
            ScriptLimits.ThreadStackBytes);
        thread.Start();
        thread.Join();
        fault?.Throw();
    }
}
