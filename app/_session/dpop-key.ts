/**
 * The browser's proof key (RFC 9449): P-256, not extractable, in IndexedDB, one per browser profile. A sign-in brings
 * a new one, which replaces the old only when the server accepted it.
 */

const databaseName = 'tidegate';
const storeName = 'keys';
const currentKey = 'dpop';

export function createKeyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

export async function loadKeyPair(): Promise<CryptoKeyPair | undefined> {
  return withStore('readonly', (store) => store.get(currentKey));
}

export async function saveKeyPair(pair: CryptoKeyPair): Promise<void> {
  await withStore('readwrite', (store) => store.put(pair, currentKey));
}

export async function deleteKeyPair(): Promise<void> {
  await withStore('readwrite', (store) => store.delete(currentKey));
}

async function withStore<T>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = use(database.transaction(storeName, mode).objectStore(storeName));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    // An open handle would block another tab's upgrade and, on some browsers, clearing the site's data at sign-out.
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
