using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>A subscription with its handler, its events, and what follows from their answers.</summary>
internal sealed record Delivery(SubscriptionBinding Binding, SubscriptionQueue Queue, DeliveryAnswers Answers);
