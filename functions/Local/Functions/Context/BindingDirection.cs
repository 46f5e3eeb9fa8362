namespace Marquee.Local.Functions;

public enum BindingDirection
{
    In = 0,
    Out = 1,
}
