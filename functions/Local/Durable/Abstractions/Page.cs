namespace Marquee.Local.Durable;

/// <summary>One page of a query's results.</summary>
/// <param name="values">The results on this page.</param>
/// <param name="continuationToken">Where the next page starts; null on the last page.</param>
public sealed class Page<T>(IReadOnlyList<T> values, string? continuationToken = null)
{
    /// <summary>The results on this page.</summary>
    public IReadOnlyList<T> Values { get; } = values ?? throw new ArgumentNullException(nameof(values));

    /// <summary>Where the next page starts; null on the last page.</summary>
    public string? ContinuationToken { get; } = continuationToken;
}
