using System.Text.Json;

namespace Ledger.Cli.Nodes;

/// <summary>What a node said of itself, as programs read it.</summary>
internal static class NodeStatusJson
{
    /// <summary>Writes one node.</summary>
    public static void Write(Utf8JsonWriter json, NodeAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("endpoint", answer.Address);
        json.WriteBoolean("up", answer.Status is not null);
        if (answer.Problem is not null) json.WriteString("problem", answer.Problem);
        if (answer.Status is { } status)
        {
            json.WriteBoolean("ready", status.Ready);
            if (!status.Ready) json.WriteString("not_ready_reason", status.NotReadyReason);
            if (answer.RemovedIn is { } epoch) json.WriteNumber("removed_in_epoch", epoch);
            json.WriteString("software_version", status.SoftwareVersion);
            json.WriteString("role", status.Role);
            json.WriteString("member", status.Member);
            if (answer.IsValidator) json.WriteNumber("validator_index", status.ValidatorIndex);
            json.WriteString("channel", Convert.ToHexStringLower(status.Channel.Span));
            json.WriteNumber("height", status.Height);
            json.WriteNumber("certified_height", status.CertifiedHeight);
            json.WriteNumber("certified_time_ms", status.CertifiedTimeMs);
            json.WriteNumber("log_size", status.LogSize);
            json.WriteNumber("epoch", status.Epoch);
            json.WriteNumber("view", status.View);
            json.WriteNumber("primary", status.Primary);
            json.WriteNumber("pool_transactions", status.PoolTransactions);
            if (status.HasClockOffsetMs) json.WriteNumber("clock_offset_ms", status.ClockOffsetMs);
            json.WriteNumber("quorum", status.Quorum);
            json.WriteNumber("faults_tolerated", status.FaultsTolerated);
            json.WriteStartArray("observers");
            foreach (var observer in status.Observers)
            {
                json.WriteStartObject();
                json.WriteString("member", observer.Member);
                json.WriteString("address", observer.Address);
                json.WriteBoolean("connected", observer.Connected);
                json.WriteNumber("round_trip_us", observer.RoundTripUs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("validators");
            foreach (var validator in status.Validators)
            {
                json.WriteStartObject();
                json.WriteString("member", validator.Member);
                json.WriteString("key", Convert.ToHexStringLower(validator.Key.Span));
                json.WriteString("address", validator.Address);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("peers");
            foreach (var peer in status.Peers)
            {
                json.WriteStartObject();
                json.WriteNumber("validator_index", peer.ValidatorIndex);
                json.WriteString("member", peer.Member);
                json.WriteString("address", peer.Address);
                json.WriteBoolean("connected", peer.Connected);
                json.WriteNumber("round_trip_us", peer.RoundTripUs);
                json.WriteNumber("certified_height", peer.CertifiedHeight);
                if (peer.HasClockOffsetMs) json.WriteNumber("clock_offset_ms", peer.ClockOffsetMs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
