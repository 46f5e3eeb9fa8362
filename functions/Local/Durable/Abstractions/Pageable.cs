using System.Runtime.CompilerServices;

namespace Marquee.Local.Durable;

/// <summary>Makes an <see cref="AsyncPageable{T}"/> of a function that fetches one page.</summary>
public static class Pageable
{
    /// <param name="pageFunc">Fetches the page at a continuation token (null for the first page).</param>
    public static AsyncPageable<T> Create<T>(Func<string?, CancellationToken, Task<Page<T>>> pageFunc)
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return Create<T>((token, _, cancellation) => pageFunc(token, cancellation));
    }

    /// <param name="pageFunc">Fetches the page at a continuation token (null for the first page), given the wanted page size.</param>
    public static AsyncPageable<T> Create<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> pageFunc)
    {
        ArgumentNullException.ThrowIfNull(pageFunc);
        return new Fetched<T>(pageFunc);
    }

    private sealed class Fetched<T>(Func<string?, int?, CancellationToken, Task<Page<T>>> fetch) : AsyncPageable<T>
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
            Enumerate(continuationToken, pageSizeHint);

        private async IAsyncEnumerable<Page<T>> Enumerate(
            string? token, int? pageSize, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            do
            {
                var page = await fetch(token, pageSize, cancellation).ConfigureAwait(false);
                yield return page;
                token = page.ContinuationToken;
            }
            while (token is not null);
        }
    }
}
