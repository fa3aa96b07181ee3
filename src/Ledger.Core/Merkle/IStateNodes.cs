namespace Ledger.Core.Merkle;

/// <summary>Reads the stored pages of a state tree.</summary>
public interface IStateNodes
{
    /// <summary>
    /// Copies the page named <paramref name="key"/> to the start of <paramref name="destination"/>, which has room for
    /// <see cref="StateTree.MaxPageSize"/> bytes, and returns its length; -1 when there is no such page.
    /// </summary>
    int ReadPage(in StatePageKey key, Span<byte> destination);
}
