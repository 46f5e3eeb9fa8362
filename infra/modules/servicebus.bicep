// Between edge and cloud. functions/Local/Platform/servicebus.json declares the same entities for the local broker; a
// test compares the two. Sessions and duplicate detection are fixed when an entity is created.
param name string
param location string
param tags object
param identityName string
param pops string[]

var roles = {
  sender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  receiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    minimumTlsVersion: '1.2'
    // The cloud uses its identity; PoPs have none in this tenant and use the shared access policies below.
    disableLocalAuth: false
  }
}

// Facts from the PoPs. A fact is money: what nobody has read in two weeks is dead-lettered, not dropped.
resource events 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: bus
  name: 'edge-events'
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'P7D'
    defaultMessageTimeToLive: 'P14D'
    enablePartitioning: false
  }
}

resource cloud 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: events
  name: 'cloud'
  properties: {
    requiresSession: true
    lockDuration: 'PT30S'
    maxDeliveryCount: 100
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: true
  }
}

// Versioned and idempotent, the newest wins: no sessions, no duplicate detection.
resource commands 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: bus
  name: 'edge-commands'
  properties: {
    requiresDuplicateDetection: false
    defaultMessageTimeToLive: 'P14D'
    enablePartitioning: false
  }
}

// Gateway and relay of a PoP each read all of its commands.
var readers = flatten(map(pops, pop => [
  { pop: pop, subscription: 'pop-${pop}' }
  { pop: pop, subscription: 'relay-${pop}' }
]))

resource readerSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [for reader in readers: {
  parent: commands
  name: reader.subscription
  properties: {
    requiresSession: false
    lockDuration: 'PT30S'
    maxDeliveryCount: 20
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: true
  }
}]

// Named $Default, it replaces the rule that would let every PoP read every command.
resource readerFilters 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [for (reader, i) in readers: {
  parent: readerSubscriptions[i]
  name: '$Default'
  properties: {
    filterType: 'CorrelationFilter'
    correlationFilter: { properties: { pop: reader.pop } }
  }
}]

// A stolen gateway's key sends its facts or reads commands, nothing else. An entity takes at most 12 policies.
resource popSend 'Microsoft.ServiceBus/namespaces/topics/authorizationRules@2024-01-01' = [for pop in pops: {
  parent: events
  name: 'pop-${pop}-send'
  properties: { rights: ['Send'] }
}]

resource popListen 'Microsoft.ServiceBus/namespaces/topics/authorizationRules@2024-01-01' = [for pop in pops: {
  parent: commands
  name: 'pop-${pop}-listen'
  properties: { rights: ['Listen'] }
}]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in items(roles): {
  name: guid(bus.id, identity.id, role.value)
  scope: bus
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
  }
}]
