namespace Marquee.Local.Functions;

public enum ServiceBusEntityType
{
    Queue = 0,
    Topic = 1,
}
