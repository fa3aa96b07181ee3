namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>A consortium that tests which break nothing share.</summary>
public sealed class HealthyConsortium : IAsyncLifetime
{
    private Consortium? _consortium;

    public async Task InitializeAsync()
    {
        _consortium = await Consortium.CreateAsync();
        try
        {
            await _consortium.ExplainAsync(_consortium.StartAsync);
        }
        catch
        {
            await _consortium.DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync() => await _consortium!.DisposeAsync();

    internal Task UseAsync(Func<Consortium, Task> test) => _consortium!.ExplainAsync(() => test(_consortium));
}
