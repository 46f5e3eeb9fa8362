namespace Marquee.Local.Durable;

/// <summary>The results of a query, one by one or page by page.</summary>
public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
{
    /// <param name="continuationToken">Where to go on, from <see cref="Page{T}.ContinuationToken"/>; null starts at the beginning.</param>
    /// <param name="pageSizeHint">How many results a page should hold.</param>
    public abstract IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null);

    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in AsPages().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var value in page.Values)
            {
                yield return value;
            }
        }
    }
}
