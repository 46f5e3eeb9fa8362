namespace Marquee.Local.Functions.Converters;

public enum ConversionStatus
{
    Unhandled = 0,
    Succeeded = 1,
    Failed = 2,
}
