namespace Marquee.EdgeSync.Hosting;

/// <summary>A module cannot start with the configuration that it was given; the message names the key.</summary>
public sealed class EdgeConfigurationException : Exception
{
    public EdgeConfigurationException()
    {
    }

    public EdgeConfigurationException(string message)
        : base(message)
    {
    }

    public EdgeConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
