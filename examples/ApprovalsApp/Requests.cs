using System.Collections.Concurrent;
using System.Globalization;
using Ledger.Client.Outbox;

namespace ApprovalsApp;

/// <summary>What somebody asks for.</summary>
public sealed record NewRequest(string Title, string By);

/// <summary>What somebody decides about it.</summary>
public sealed record Decision(string By);

/// <summary>A request and its last step: submit, approve or reject.</summary>
public sealed record Request(string Id, string Title, string State, string By, DateTimeOffset At);

/// <summary>The application's own data; a database in earnest.</summary>
public sealed class RequestStore(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Request> _requests = new(StringComparer.Ordinal);
    private int _last;

    public IEnumerable<Request> All => _requests.Values.OrderBy(r => r.At);

    public Request? Find(string id) => _requests.GetValueOrDefault(id);

    public Request Submit(NewRequest request)
    {
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        return _requests[id] = new Request(id, request.Title, "submit", request.By, time.GetUtcNow());
    }

    /// <summary>Null when there is no such request, or it was decided otherwise.</summary>
    public Request? Decide(string id, string state, Decision decision)
    {
        while (_requests.TryGetValue(id, out var request))
        {
            // The same decision again is the same decision: whoever repeats a call gets what the first one got.
            if (request.State == state) return request;
            if (request.State != "submit") return null;
            var decided = request with { State = state, By = decision.By, At = time.GetUtcNow() };
            if (_requests.TryUpdate(id, decided, request)) return decided;
        }

        return null;
    }
}

/// <summary>A request with where its evidence is.</summary>
public sealed record RequestView(Request Request, string Evidence, string? EvidenceId, ulong? Block)
{
    public static RequestView Of(Request request, LedgerOutbox outbox) =>
        outbox.Find(AnchoringFilter.KeyOf(request)) switch
        {
            null => new RequestView(request, "unknown", null, null),
            { Completion: null } => new RequestView(request, "pending", null, null),
            { Completion: { IsRecorded: true } done } =>
                new RequestView(request, "recorded", done.Evidence.ToString(), done.Height.Value),
            { Completion: var refused } => new RequestView(request, "refused: " + refused.Refusal, null, null),
        };
}
