using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;

namespace Ledger.Consensus;

/// <summary>A period under one primary (OSDI '99 section 4). The first is 0; a view never returns.</summary>
public readonly record struct View(ulong Value) : IComparable<View>
{
    /// <summary>
    /// The view after this one; the last one is its own successor, so that arithmetic on a hostile view is safe.
    /// </summary>
    public View Next => Value == ulong.MaxValue ? this : new(Value + 1);

    /// <summary>The validator that leads this view: v mod n.</summary>
    public ValidatorIndex PrimaryAmong(ValidatorSet validators) => new((int)(Value % (ulong)validators.Count));

    /// <inheritdoc/>
    public int CompareTo(View other) => Value.CompareTo(other.Value);

    /// <summary>Order in time.</summary>
    public static bool operator <(View left, View right) => left.Value < right.Value;

    /// <summary>Order in time.</summary>
    public static bool operator <=(View left, View right) => left.Value <= right.Value;

    /// <summary>Order in time.</summary>
    public static bool operator >(View left, View right) => left.Value > right.Value;

    /// <summary>Order in time.</summary>
    public static bool operator >=(View left, View right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
