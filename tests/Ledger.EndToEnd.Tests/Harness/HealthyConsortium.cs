namespace Ledger.EndToEnd.Tests.Harness;

/// <summary>Tests that break nothing share one consortium.</summary>
[CollectionDefinition(Name)]
public sealed class Healthy : ICollectionFixture<HealthyConsortium>
{
    public const string Name = "healthy";
}

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
