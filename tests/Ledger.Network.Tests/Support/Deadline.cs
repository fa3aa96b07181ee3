namespace Ledger.Network.Tests.Support;

/// <summary>Bounds every wait of a test; what hangs fails with a message that says what was awaited.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Default = TimeSpan.FromMinutes(2);

    public static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Default);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited {Default.TotalSeconds:F0} s for: {what}");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await ((Task)task).Within(what);
        return await task;
    }

    public static Task<T> Within<T>(this ValueTask<T> task, string what) => task.AsTask().Within(what);
}
