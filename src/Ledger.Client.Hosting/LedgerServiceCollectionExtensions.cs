using Ledger.Client.Outbox;
using Ledger.Client.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ledger.Client.Hosting;

/// <summary>Puts the client, and the outbox, into a host: of ASP.NET Core, or any other of .NET.</summary>
public static class LedgerServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="LedgerClient"/> for the whole host. Its settings are checked when the host starts, with every
    /// fault named.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section that holds <see cref="LedgerClientSettings"/>.</param>
    /// <param name="configure">Changes them afterwards.</param>
    /// <remarks>
    /// An <see cref="INodeApi"/> among the services stands in for the endpoints: so an application's tests put a fake node
    /// there. The clock is the services' <see cref="TimeProvider"/>.
    /// </remarks>
    public static IServiceCollection AddLedgerClient(
        this IServiceCollection services, IConfiguration section, Action<LedgerClientSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<LedgerClientSettings>().Bind(section);
        return services.AddLedgerClient(configure ?? (_ => { }));
    }

    /// <summary>Adds one <see cref="LedgerClient"/> for the whole host, with settings from code.</summary>
    /// <inheritdoc cref="AddLedgerClient(IServiceCollection, IConfiguration, Action{LedgerClientSettings})" path="/remarks"/>
    public static IServiceCollection AddLedgerClient(
        this IServiceCollection services, Action<LedgerClientSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<LedgerClientSettings>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<LedgerClientSettings>, LedgerClientSettingsCheck>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LedgerClientOptions>(provider => ClientSource.Read(
            provider.GetRequiredService<IOptions<LedgerClientSettings>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(MakeClient);
        services.TryAddSingleton<LedgerHealth>();
        return services;
    }

    /// <summary>
    /// Adds one <see cref="LedgerOutbox"/> for the whole host, and a background service that delivers what is in it.
    /// <see cref="AddLedgerClient(IServiceCollection, IConfiguration, Action{LedgerClientSettings})"/> must be called too.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section that holds <see cref="LedgerOutboxSettings"/>.</param>
    /// <param name="configure">Changes them afterwards.</param>
    public static IServiceCollection AddLedgerOutbox(
        this IServiceCollection services, IConfiguration section, Action<LedgerOutboxSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<LedgerOutboxSettings>().Bind(section);
        return services.AddLedgerOutbox(configure ?? (_ => { }));
    }

    /// <summary>Adds one <see cref="LedgerOutbox"/> for the whole host, with settings from code.</summary>
    public static IServiceCollection AddLedgerOutbox(
        this IServiceCollection services, Action<LedgerOutboxSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<LedgerOutboxSettings>().Configure(configure)
            .Validate(s => !string.IsNullOrWhiteSpace(s.Folder), "Ledger outbox: Folder is missing")
            .ValidateOnStart();
        services.TryAddSingleton(provider => LedgerOutbox.Open(
            provider.GetRequiredService<LedgerClient>(),
            provider.GetRequiredService<IOptions<LedgerOutboxSettings>>().Value.ToOptions(
                new OutboxLog(provider.GetRequiredService<ILogger<LedgerOutbox>>()))));
        services.TryAddSingleton<OutboxService>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxService>());
        return services;
    }

    private static LedgerClient MakeClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<LedgerClientOptions>();
        var nodes = provider.GetServices<INodeApi>().ToArray();
        return nodes.Length > 0 ? new LedgerClient(options, nodes) : new LedgerClient(options);
    }
}
