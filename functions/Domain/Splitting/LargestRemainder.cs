namespace Marquee.Domain.Splitting;

/// <summary>
/// Divides an amount by weights so that the parts add up to it exactly (Hamilton's method): each part is first rounded
/// towards zero, then the units left over go one each to the largest remainders; of equal remainders the earlier
/// position wins. The same input gives the same parts on every replay.
/// </summary>
public static class LargestRemainder
{
    /// <param name="minorUnits">What is divided; a negative amount gives the negated parts of the positive one.</param>
    /// <param name="weights">None negative, at least one positive; a zero weight gets nothing.</param>
    /// <returns>One part for each weight, in the order of the weights.</returns>
    /// <exception cref="ArgumentException">No weights, a negative one, or all zero.</exception>
    public static long[] Allocate(long minorUnits, IReadOnlyList<long> weights)
    {
        Int128 sum = 0;
        foreach (var weight in weights)
        {
            if (weight < 0) throw new ArgumentException("A weight is negative.", nameof(weights));
            sum += weight;
        }

        if (sum == 0) throw new ArgumentException("At least one weight must be positive.", nameof(weights));

        var amount = Int128.Abs(minorUnits);
        var sign = Math.Sign(minorUnits);
        var parts = new Int128[weights.Count];
        var remainders = new Int128[weights.Count];
        var left = amount;
        for (var i = 0; i < parts.Length; i++)
        {
            (parts[i], remainders[i]) = Int128.DivRem(amount * weights[i], sum);
            left -= parts[i];
        }

        // OrderByDescending is stable, which is the tie-break. Fewer units are left than there are positive remainders.
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => remainders[i]).Take((int)left)) parts[i]++;

        return Array.ConvertAll(parts, part => checked((long)(sign * part)));
    }
}
