using Xunit.Abstractions;
using Xunit.Sdk;

namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>
/// Skips the tests of a class, by name, where there is no redis-server. An orderer of test cases, because the facts of a
/// contract stand in a base class that knows no adapter, and xunit 2 takes a test that says while it runs that it is to
/// be skipped for failed.
/// </summary>
public sealed class NeedsRedis : ITestCaseOrderer
{
    /// <summary>The name of this type.</summary>
    public const string Type = "Moodstream.SidecarAdapter.Tests.Contract.NeedsRedis";

    /// <summary>The name of this assembly.</summary>
    public const string Assembly = "Moodstream.SidecarAdapter.Tests";

    /// <inheritdoc />
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase =>
        RedisServer.IsInstalled ? testCases : testCases.Select(c => (TTestCase)(ITestCase)new Skipped(c));

    private sealed class Skipped : XunitTestCase
    {
        [Obsolete("For a deserializer, which these never meet.")]
        public Skipped()
        {
        }

        public Skipped(ITestCase test)
            : base(
                new NullMessageSink(),
                TestMethodDisplay.ClassAndMethod,
                TestMethodDisplayOptions.None,
                test.TestMethod,
                test.TestMethodArguments)
        {
        }

        protected override string GetSkipReason(IAttributeInfo factAttribute) => "needs redis-server on the PATH";
    }
}
