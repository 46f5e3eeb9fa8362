namespace Marquee.Local.Functions;

/// <summary>Which key an HTTP request has to present.</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
