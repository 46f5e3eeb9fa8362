namespace Marquee.Local.Durable;

/// <summary>Turns inputs, outputs, events and statuses into text for the store, and back.</summary>
public abstract class DataConverter
{
    /// <returns>The text, or null for a null value.</returns>
    public abstract string? Serialize(object? value);

    /// <returns>The value, or null for null text.</returns>
    public abstract object? Deserialize(string? data, Type targetType);

    public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
}
