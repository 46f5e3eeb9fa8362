namespace Marquee.EdgeSync.Storage;

/// <summary>The store on disk cannot be used as it is; the message says which file, what is wrong and what to do.</summary>
public sealed class EdgeStoreException : Exception
{
    public EdgeStoreException()
    {
    }

    public EdgeStoreException(string message)
        : base(message)
    {
    }

    public EdgeStoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
