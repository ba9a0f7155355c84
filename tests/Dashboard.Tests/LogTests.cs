using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Moodstream.Dashboard.Tests;

public sealed class LogTests
{
    [Fact]
    public void EventIds_AreUniqueAndOfTheDashboardsBlock()
    {
        var ids = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(attribute => attribute.EventId)
            .ToList();

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 600, 699));
    }
}
