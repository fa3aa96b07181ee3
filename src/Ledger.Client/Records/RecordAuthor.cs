namespace Ledger.Client.Records;

/// <summary>Who did what a record tells, and when. Immutable.</summary>
/// <param name="Actor">The person or system, as the sender's organisation names it; a pseudonym for a person.</param>
/// <param name="Role">The role in which it was done (<c>EvidenceRoles</c>); the sender's member must hold it.</param>
/// <param name="At">When it happened; null when not said. The time of recording is certified anyway.</param>
public readonly record struct RecordAuthor(string Actor, string Role, DateTimeOffset? At = null);
