using System.Runtime.ExceptionServices;
using Ledger.Contracts.Engine;

namespace Ledger.Cli.Contracts;

/// <summary>Runs scripts on a thread with the stack that they need.</summary>
internal static class ContractThread
{
    public static T Run<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    // Goes on on the caller's thread, with its stack.
                    fault = ExceptionDispatchInfo.Capture(e);
                }
            },
            ScriptLimits.ThreadStackBytes)
        {
            Name = "contract",
        };
        thread.Start();
        thread.Join();
        fault?.Throw();
        return result!;
    }
}
